import { createHash } from 'node:crypto';
import type { Listening } from '../../lib/local/listen-on-loopback.ts';
import { type ForwardOptions, forward } from '../support/aws/forward.ts';

/** moto, which keeps the resources of every account apart. The same folder or file is the same account. */
export function accountInMoto(path: string, { fate }: Pick<ForwardOptions, 'fate'> = {}): Promise<Listening> {
  const { TEST_AWS_MOTO = '' } = process.env;
  const hash = createHash('sha256').update(path).digest().readUIntBE(0, 6);
  const account = String(hash % 1e12).padStart(12, '0');
  const headersOf = (headers: object) => ({ ...headers, 'x-moto-account-id': account });
  return forward(TEST_AWS_MOTO, { headersOf, ...(fate === undefined ? {} : { fate }) });
}
