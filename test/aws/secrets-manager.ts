import type { Disturbance, SecretsManagerServer } from '../../lib/local/secrets-manager/secrets-manager-server.ts';
import { accountInMoto } from './moto.ts';

/** In the place of `lib/local/secrets-manager/secrets-manager-server.ts`. It goes by the machine's clock. */
export async function startSecretsManager(file: string): Promise<SecretsManagerServer> {
  const faults: Disturbance[] = [];
  const { url, close } = await accountInMoto(file, { fate: () => faults.shift() });
  return { url, close, disturb: (...more) => void faults.push(...more) };
}
