import { AWS_RECORDINGS } from './aws-recordings.ts';
import { gatewayEvent } from './gateway-event.ts';
import { hostileFiles } from './hostile-recordings.ts';
import { recordings } from './recordings.ts';

/** Every file of `events/`, by name, with its content. */
export function recordedFiles(): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  for (const recording of recordings()) {
    files.set(`${recording.name}.txt`, recording.body);
    files.set(`${recording.name}.json`, json(gatewayEvent(recording)));
  }
  for (const { name, event } of AWS_RECORDINGS) files.set(`${name}.json`, json(event));
  for (const [name, content] of hostileFiles()) files.set(`hostile/${name}`, content);
  files.set('README.md', readme());
  return files;
}

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

function readme(): string {
  const lines = [
    ...recordings().map(({ name, path, about }) => `| \`${name}.json\`, \`.txt\` | \`POST ${path}\` | ${about} |`),
    ...AWS_RECORDINGS.map(({ name, about }) => `| \`${name}.json\` | – | ${about} |`),
  ];
  return `# Recorded payloads

One per trigger; all values are invented. What somebody hostile may send is in \`hostile/\`. The \`.txt\` is
the body exactly as the portal sends it; the \`.json\` beside it is the same request as the API Gateway hands it to a function (HTTP API, payload format 2.0, body in base64).

Written by \`node lib/simulator/outbound/record-events.ts\`; a test compares the files with what the simulated portal builds.

| file | route | what |
|---|---|---|
${lines.join('\n')}
`;
}
