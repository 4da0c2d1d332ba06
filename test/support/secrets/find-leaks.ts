import { SECRET_MARK } from '../../../lib/simulator/new-secret.ts';

const CONTEXT = 60;

/** Where a text holds a secret of the simulated portal, in any encoding: the text before each, never the secret. */
export function findLeaks(text: string): string[] {
  return SPELLINGS.flatMap(({ name, sign }) =>
    [...text.matchAll(sign)].map(({ index }) => `${name} behind: …${text.slice(Math.max(0, index - CONTEXT), index)}`),
  );
}

type Spelling = { readonly name: string; readonly sign: RegExp };

const SPELLINGS: readonly Spelling[] = [
  { name: 'plain', sign: new RegExp(SECRET_MARK, 'gi') },
  {
    name: 'escaped',
    sign: new RegExp(
      SECRET_MARK.split('')
        .map((sign) => `(?:%|\\\\x|\\\\u00)${hex(sign)}`)
        .join(''),
      'gi',
    ),
  },
  { name: 'hexadecimal', sign: new RegExp(SECRET_MARK.split('').map(hex).join(''), 'gi') },
  { name: 'bytes', sign: new RegExp([...Buffer.from(SECRET_MARK)].join('[,\\s]+'), 'g') },
  { name: 'backwards', sign: new RegExp(SECRET_MARK.split('').reverse().join(''), 'gi') },
  ...[0, 1, 2].map((shift) => ({ name: 'base64', sign: new RegExp(inBase64(shift), 'g') })),
];

function hex(sign: string): string {
  return Buffer.from(sign).toString('hex');
}

/** The mark in base64, for each offset: only the characters that depend on nothing but the mark. */
function inBase64(shift: number): string {
  const encoded = Buffer.from(`${'x'.repeat(shift)}${SECRET_MARK}`).toString('base64');
  const first = Math.ceil((shift * 8) / 6);
  const last = Math.floor(((shift + SECRET_MARK.length) * 8) / 6);
  return encoded.slice(first, last).replaceAll('+', '[+-]').replaceAll('/', '[/_]');
}

/** For log lines of the product that a test has collected. */
export function expectNoLeaks(lines: readonly string[]): void {
  const leaks = lines.flatMap(findLeaks);
  if (leaks.length > 0) throw new Error(`secrets were logged: ${leaks.join('; ')}`);
}
