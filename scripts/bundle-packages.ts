import type { Metafile } from 'esbuild';

/** What one package adds to a bundle; `own` is this repository. */
export type PackageSize = { readonly name: string; readonly bytes: number };

/** npm scopes that belong to AWS. */
const AWS_SCOPES = ['@aws-sdk/', '@aws/', '@aws-lambda-powertools/', '@smithy/'];

/** In every function: the AWS SDK's helpers, the handler, validation. */
const EVERYWHERE = ['own', '@middy/core', 'mnemonist', 'obliterator', 'zod'];

/** got and what it needs. Functions that make no REST calls do without it, as it adds 40 ms to every cold start. */
const CALLING_OUT = [
  '@keyv/serialize',
  '@sec-ant/readable-stream',
  '@sindresorhus/is',
  'byte-counter',
  'cacheable-lookup',
  'cacheable-request',
  'chunk-data',
  'decompress-response',
  'get-stream',
  'got',
  'http-cache-semantics',
  'http2-wrapper',
  'is-stream',
  'keyv',
  'lowercase-keys',
  'mimic-response',
  'normalize-url',
  'quick-lru',
  'resolve-alpn',
  'responselike',
  'uint8array-extras',
];

/** What only one function needs, by its name. */
const ALONE: { readonly [functionName: string]: readonly string[] } = { cleanup: ['p-map'] };

/** These functions only store what Bitrix24 sends (D§2). */
const MAKE_NO_CALLS = new Set(['event', 'robot']);

const PACKAGE = /^.*node_modules\/((?:@[^/]+\/)?[^/]+)/;

/** The packages in a bundle, the largest first. */
export function packagesIn({ outputs }: Metafile): PackageSize[] {
  const bytes = new Map<string, number>();
  for (const { inputs } of Object.values(outputs)) {
    for (const [path, { bytesInOutput }] of Object.entries(inputs)) {
      const name = PACKAGE.exec(path)?.[1] ?? 'own';
      bytes.set(name, (bytes.get(name) ?? 0) + bytesInOutput);
    }
  }
  return [...bytes].map(([name, size]) => ({ name, bytes: size })).sort((one, other) => other.bytes - one.bytes);
}

/** Packages in a bundle that nobody has allowed for this function. A new one is a decision: add it above, or do without. */
export function strangersIn(functionName: string, packages: readonly PackageSize[]): string[] {
  const allowed = new Set([
    ...EVERYWHERE,
    ...(MAKE_NO_CALLS.has(functionName) ? [] : CALLING_OUT),
    ...(ALONE[functionName] ?? []),
  ]);
  const isAllowed = (name: string) => allowed.has(name) || AWS_SCOPES.some((scope) => name.startsWith(scope));
  return packages.map(({ name }) => name).filter((name) => !isAllowed(name));
}

/** Modules that are missing from a bundle and that Node does not bring either. */
export function leftOutsideOf({ outputs }: Metafile, isBuiltin: (name: string) => boolean): string[] {
  const left = Object.values(outputs).flatMap(({ imports }) => imports.filter(({ external }) => external === true));
  return [...new Set(left.map(({ path }) => path))].filter((path) => !isBuiltin(path));
}
