import { beforeEach, describe, expect, test } from '@jest/globals';
import type { Install, Installed } from '../../../lib/installation/install-portal.ts';
import { rateLimitedInstall } from '../../../lib/installation/rate-limited-install.ts';
import { ManualClock } from '../../support/portal/manual-clock.ts';

const TRUSTED = 'https://oauth.bitrix.info/rest/';
const UNPROVEN: Installed = { kind: 'refused', reason: 'invalid_token' };

const installOf = (serverEndpoint: string): Install => ({
  auth: { memberId: 'acme', applicationToken: 'token' },
  tokens: { accessToken: 'a', refreshToken: 'r', serverEndpoint },
  builtAt: null,
});

let clock: ManualClock;
let proofs: number;
let install: (given: Install) => Promise<Installed>;
beforeEach(() => {
  clock = new ManualClock();
  proofs = 0;
  install = rateLimitedInstall({
    isTrusted: (serverEndpoint) => serverEndpoint === TRUSTED,
    install: async () => {
      proofs += 1;
      return UNPROVEN;
    },
    clock,
  });
});

describe('an installation', () => {
  test('of a foreign OAuth server is refused before anything is read', async () => {
    const refused = await install(installOf('https://evil.example/rest/'));

    expect(refused).toEqual({ kind: 'refused', reason: 'OAUTH_HOST_REFUSED' });
    expect(proofs).toBe(0);
  });

  test('of the trusted one is proven', async () => {
    expect(await install(installOf(TRUSTED))).toBe(UNPROVEN);
    expect(proofs).toBe(1);
  });
});

test('a flood of installations costs 50 proofs, and one more each second', async () => {
  for (let sent = 0; sent < 1000; sent += 1) await install(installOf(TRUSTED));
  expect(proofs).toBe(50);
  expect(await install(installOf(TRUSTED))).toEqual({ kind: 'refused', reason: 'too_many_installations' });

  clock.advance(3_000);
  for (let sent = 0; sent < 1000; sent += 1) await install(installOf(TRUSTED));
  expect(proofs).toBe(53);
});

test('foreign servers do not use up the tokens of the trusted one', async () => {
  for (let sent = 0; sent < 1000; sent += 1) await install(installOf('https://evil.example/rest/'));

  expect(await install(installOf(TRUSTED))).toBe(UNPROVEN);
});
