/** What a person can do about what Bitrix24 did not let us read, by its code (B§2.1, B§8.4). */
const ABOUT_READING: { readonly [code: string]: string } = {
  ACCESS_DENIED:
    'the user of the grant may not read it: give that user the right, or add the portal with the grant of another user',
  NOT_FOUND: 'a rule is about a type of element that the portal does not have: look at "rules list"',
};

/** `ACCESS_DENIED: the user of the grant may not …` */
export function unreadableText(code: string | null): string {
  const name = code === null || code === '' ? 'an error without a code' : code;
  const advice = Object.hasOwn(ABOUT_READING, name.toUpperCase()) ? ABOUT_READING[name.toUpperCase()] : null;
  return `${name}: ${advice ?? 'Bitrix24 gives no reason; "portal check" says whether the portal answers'}`;
}
