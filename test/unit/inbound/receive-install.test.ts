import { beforeEach, describe, expect, test } from '@jest/globals';
import { type InstallIngress, receiveInstall } from '../../../lib/inbound/receive-install.ts';
import type { Install, Installed } from '../../../lib/installation/install-portal.ts';
import type { OauthGrant } from '../../../lib/portal/grant.ts';
import { AUTH, InboundStage, inbound } from '../../support/inbound/inbound-stage.ts';

const TOKENS = {
  'auth[access_token]': 'access',
  'auth[refresh_token]': 'refresh',
  'auth[server_endpoint]': 'https://oauth.bitrix.info/rest/',
};
const STORED: Installed = { kind: 'stored', grant: { kind: 'oauth', memberId: 'acme' } as OauthGrant };

let stage: InboundStage;
let installs: Install[];
let steps: string[];
beforeEach(() => {
  stage = new InboundStage();
  installs = [];
  steps = [];
});

async function receive(fields: { readonly [name: string]: string }, result: Installed = STORED) {
  const note = (step: string) => async () => void steps.push(step);
  const portals = {
    add: note('add'),
    setStop: async () => steps.push('setStop') > 0,
    setUninstalled: note('setUninstalled'),
  };
  const ingress: InstallIngress = {
    ...stage.ingress,
    async install(install) {
      installs.push(install);
      return result;
    },
    portals: { ...portals, read: async () => null, markRemoved: async () => true },
    forgetGrant: note('forgetGrant'),
    restoreGrant: note('restoreGrant'),
  };
  return await receiveInstall(inbound({ ...AUTH, ...fields }), ingress);
}

describe('an installation', () => {
  test.each(['ONAPPINSTALL', 'ONAPPUPDATE'])('by %s that is stored is registered by a job', async (event) => {
    expect(await receive({ event, ts: '1790000000', ...TOKENS })).toMatchObject({ status: 200 });

    expect(installs).toMatchObject([{ auth: { memberId: 'acme' }, builtAt: 1_790_000_000_000 }]);
    expect(steps).toEqual(['add', 'setUninstalled', 'setStop']);
    expect(stage.jobs).toMatchObject([{ write: 'add', job: { cause: event, task: { kind: 'register' } } }]);
  });

  test.each<[Installed, number, object]>([
    [{ kind: 'refused', reason: 'member_id_mismatch' }, 403, { error: 'unknown_sender' }],
    [{ kind: 'kept', reason: 'oauth_unanswered' }, 200, { status: 'kept' }],
    [{ kind: 'full', reason: 'oauth_unanswered' }, 503, { error: 'oauth_unanswered' }],
    [{ kind: 'full', reason: 'app_credentials_missing' }, 503, { error: 'app_credentials_missing' }],
  ])('that is not stored is answered accordingly: %j', async (result, status, body) => {
    expect(await receive({ event: 'ONAPPINSTALL', ...TOKENS }, result)).toMatchObject({ status, body });

    expect([stage.jobs, steps]).toEqual([[], []]);
    expect(stage.logged).toMatchObject([{ event: 'install_not_stored', kind: result.kind }]);
  });

  test('without tokens is not tried', async () => {
    expect(await receive({ event: 'ONAPPINSTALL' })).toMatchObject({ status: 400 });
    expect(installs).toEqual([]);
  });
});

test('an uninstallation deletes the grant', async () => {
  expect(await receive({ event: 'ONAPPUNINSTALL' })).toMatchObject({ status: 200, body: { status: 'accepted' } });
  expect(steps).toEqual(['forgetGrant']);
});

test.each([
  [{ event: 'ONCRMDEALUPDATE', 'data[FIELDS][ID]': '5' }, 'bad_request'],
  [{ AUTH_ID: 'x' }, 'frame_not_supported'],
])('%j does not belong here', async (fields, error) => {
  expect(await receive(fields)).toMatchObject({ status: 400, body: { error } });
});
