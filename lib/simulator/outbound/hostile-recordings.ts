import { CALLS } from './hostile/calls.ts';
import { DESIGNERS } from './hostile/designers.ts';
import { ENDPOINTS } from './hostile/endpoints.ts';
import { FORMS } from './hostile/forms.ts';
import { IDENTIFIERS } from './hostile/identifiers.ts';
import { PORTALS } from './hostile/portals.ts';
import type { HostileRequest } from './hostile/request.ts';
import { SENDERS } from './hostile/senders.ts';
import { TRANSPORT } from './hostile/transport.ts';

/** What somebody other than the portal may send (B§9, D§5), by class; each class is one file. */
const CLASSES: { readonly [name: string]: readonly HostileRequest[] } = {
  senders: SENDERS,
  portals: PORTALS,
  endpoints: ENDPOINTS,
  forms: FORMS,
  identifiers: IDENTIFIERS,
  calls: CALLS,
  designers: DESIGNERS,
  transport: TRANSPORT,
};

/** The files of `events/hostile/`, by name, with their content: a JSON object per line and request. */
export function hostileFiles(): ReadonlyMap<string, string> {
  const all = Object.values(CLASSES).flat();
  if (new Set(all.map(({ name }) => name)).size < all.length)
    throw new Error('two hostile requests have the same name');
  const files = Object.entries(CLASSES).map(
    ([name, requests]) =>
      [`${name}.jsonl`, requests.map((one) => `${JSON.stringify(lineOf(one))}\n`).join('')] as const,
  );
  return new Map([...files, ['README.md', readme()]]);
}

/** A body that is text is kept as text, so that a person can read it. */
const lineOf = ({ name, attacks, path, method, headers, body, expect }: HostileRequest) => ({
  name,
  attacks,
  path,
  method,
  headers,
  ...(typeof body === 'string' ? { body } : { bodyBase64: Buffer.from(body).toString('base64') }),
  expect,
});

function readme(): string {
  const tables = Object.entries(CLASSES).map(([name, requests]) => `## ${name}.jsonl\n\n${HEAD}\n${rowsOf(requests)}`);
  return `# Hostile requests

What somebody other than the portal may send, and what a portal's own people may type wrong. Each file holds one class of
them, each line one request as it is on the wire (\`body\`, or \`bodyBase64\` where the body is not text) and the status that
must answer it. The portal that they name is the one of the recordings in the folder above. Port 47001 stands for a trap that
nobody may call, port 47002 for the trusted OAuth server. \`"asksOauth": true\`: only that server can tell, and it is asked
once. \`"explained"\`: the call is accepted, and the waiting workflow gets this code.

Find one by its name: \`grep '"token-empty"' events/hostile/*.jsonl\`

Written by \`node lib/simulator/outbound/record-events.ts\`; tests send all of them to the running product.

${tables.join('\n\n')}
`;
}

const HEAD = '| name | request | what it attacks | status |\n|---|---|---|---|';

const rowsOf = (requests: readonly HostileRequest[]): string =>
  requests
    .map(({ name, attacks, method, path, expect: { status } }) => {
      const [route = ''] = path.split('?');
      return `| \`${name}\` | \`${method} ${route}\` | ${attacks} | ${[status].flat().join(', ')} |`;
    })
    .join('\n');
