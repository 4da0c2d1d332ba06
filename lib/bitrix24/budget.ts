/** What is known of a portal's limits (B§8), kept between invocations. */
export type Budget = {
  /** Fill of the leaky bucket at the time `at` (ms), in requests. */
  readonly level: number;
  readonly at: number;
  /** Methods that rest, by lower-case name: until when, ms. */
  readonly resting: { readonly [method: string]: number };
};
