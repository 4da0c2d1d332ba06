import { CALLS } from './hostile/calls.ts';
import { DESIGNERS } from './hostile/designers.ts';
import { ENDPOINTS } from './hostile/endpoints.ts';
import { FORMS } from './hostile/forms.ts';
import { IDENTIFIERS } from './hostile/ids.ts';
import { PORTALS } from './hostile/portals.ts';
import type { HostileRequest } from './hostile/request.ts';
import { SENDERS } from './hostile/senders.ts';
import { TRANSPORT } from './hostile/transport.ts';

/** What somebody else than the portal may send (B§9, D§5). */
export const HOSTILE: readonly HostileRequest[] = [
  ...SENDERS,
  ...PORTALS,
  ...ENDPOINTS,
  ...FORMS,
  ...IDENTIFIERS,
  ...CALLS,
  ...DESIGNERS,
  ...TRANSPORT,
];

/** The files of `events/hostile/`, by name, with their content. */
export function hostileFiles(): ReadonlyMap<string, string> {
  const files = new Map<string, string>(
    HOSTILE.map((one) => [`${one.name}.json`, `${JSON.stringify(fileOf(one), null, 2)}\n`]),
  );
  if (files.size < HOSTILE.length) throw new Error('two hostile requests have the same name');
  return files.set('README.md', readme());
}

/** A body that is a text is kept as one, so that a person can read it. */
const fileOf = ({ attacks, path, method, headers, body, expect }: HostileRequest) => ({
  attacks,
  path,
  method,
  headers,
  ...(typeof body === 'string' ? { body } : { bodyBase64: Buffer.from(body).toString('base64') }),
  expect,
});

function readme(): string {
  const rows = HOSTILE.map(({ name, attacks, method, path, expect: { status } }) => {
    const [route = ''] = path.split('?');
    return `| \`${name}\` | \`${method} ${route}\` | ${attacks} | ${[status].flat().join(', ')} |`;
  });
  return `# Hostile requests

What somebody else than the portal may send, and what a portal's own people may type wrong. Each file holds one request as it
is on the wire (\`body\`, or \`bodyBase64\` where the body is no text) and the status it must be answered with. The portal
that they name is the one of the recordings in the folder above. Port 47001 stands for a trap that nobody may call, port 47002
for the trusted OAuth server. \`"asksOauth": true\`: only that server can tell, and it is asked once. \`"explained"\`: the call
is accepted, and the waiting workflow gets this code.

Written by \`node lib/simulator/outbound/record-events.ts\`; tests send all of them to the running product.

| file | request | what it attacks | status |
|---|---|---|---|
${rows.join('\n')}
`;
}
