import { AWS_RECORDINGS } from './aws-recordings.ts';
import { gatewayEvent } from './gateway-event.ts';
import { hostileFiles } from './hostile-recordings.ts';
import { recordings } from './recordings.ts';

/** Every file of `events/`, by its path in that folder, with its content. */
export function recordedFiles(): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  for (const recording of recordings()) {
    const { folder, name, body } = recording;
    files.set(`${folder}${name}.txt`, body);
    files.set(`${folder}${name}.json`, json(gatewayEvent(recording)));
  }
  for (const { name, event } of AWS_RECORDINGS) files.set(`${name}.json`, json(event));
  for (const [name, content] of hostileFiles()) files.set(`hostile/${name}`, content);
  files.set('README.md', readme());
  return files;
}

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

function readme(): string {
  const rowsOf = (inFolder: boolean): string[] =>
    recordings()
      .filter(({ folder }) => inFolder === (folder !== ''))
      .map(({ folder, name, path, about }) => `| \`${folder}${name}.json\`, \`.txt\` | \`POST ${path}\` | ${about} |`);
  const rows = [
    ...rowsOf(false),
    ...AWS_RECORDINGS.map(({ name, about }) => `| \`${name}.json\` | – | ${about} |`),
    ...rowsOf(true),
  ];
  return `# Recorded payloads

One recording per trigger; its variants are in \`robots/\` and \`crm/\`, and hostile requests in \`hostile/\`. All values are
invented. The \`.txt\` is the body exactly as the portal sends it; the \`.json\` beside it is the same request as API Gateway
hands it to a function (HTTP API, payload format 2.0, body in base64).

Written by \`node lib/simulator/outbound/record-events.ts\`; a test compares the files with what the simulated portal builds.

| file | route | what |
|---|---|---|
${rows.join('\n')}
`;
}
