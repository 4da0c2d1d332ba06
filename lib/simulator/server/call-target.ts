/** What a path of the portal's REST API addresses (B§1.1). */
export type CallTarget = {
  /** Lower case, without the format suffix. */
  readonly method: string;
  readonly webhook: { readonly userId: number; readonly code: string } | null;
};

/** `/rest/{method}[.json]` or `/rest/{userId}/{code}/{method}[.json]`; null: not REST. */
export function callTargetOf(path: string): CallTarget | null {
  const [, userId, code, rest] = /^\/rest\/(?:(\d+)\/([^/]+)\/)?([^/]*)\/?$/.exec(path) ?? [];
  if (rest === undefined) return null;
  const method = rest.replace(/\.json$/i, '').toLowerCase();
  return { method, webhook: userId === undefined || code === undefined ? null : { userId: Number(userId), code } };
}
