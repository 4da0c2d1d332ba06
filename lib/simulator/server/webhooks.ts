import { newSecret } from '../new-secret.ts';

/** Inbound webhooks: one secret code per user (B§1.1). */
export type Webhooks = { codeOf(userId: number): string; accepts(userId: number, code: string): boolean };

export function createWebhooks(): Webhooks {
  const codes = new Map<number, string>();

  return {
    codeOf(userId) {
      const code = codes.get(userId) ?? newSecret(8);
      codes.set(userId, code);
      return code;
    },
    accepts: (userId, code) => codes.get(userId) === code,
  };
}
