import type { Listening } from '../../lib/local/listen-on-loopback.ts';
import { accountInMoto } from './moto.ts';

/** In the place of `lib/local/start-sqs.ts`. */
export const startSqs = (folder: string): Promise<Listening> => accountInMoto(folder);
