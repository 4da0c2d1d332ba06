import { once } from 'node:events';
import { startOauthServer } from './oauth-server.ts';
import { startSimulatedPortal } from './simulated-portal.ts';

const HELP = `Usage: npm run portal [-- --help]

Starts a simulated Bitrix24 portal and its OAuth server on 127.0.0.1, for tests and for trying things out, and prints
their addresses, a webhook, the application's credentials and commands to try. Nothing is kept when it stops.

Environment:
  PORT   port of the portal (default 4010); the OAuth server gets the next one. 0: any free ports.

More: lib/simulator/README.md`;

/** Two deals, a lead and a contact with three activities: enough to try every command. */
const SEED = {
  leads: [{ id: 7, stageId: 'CONVERTED' }],
  deals: [{ id: 1, stageId: 'LOSE' }, { id: 2 }],
  contacts: [{ id: 5 }],
  activities: [
    { id: 999, typeId: 4, subject: 'Offer', completed: true, ageDays: 40, bindings: ['deal:1', 'contact:5'] },
    { id: 1000, typeId: 2, subject: 'First call', completed: true, ageDays: 60, bindings: ['lead:7', 'deal:2'] },
    { id: 1001, typeId: 2, subject: 'Only here', ageDays: 3, bindings: ['deal:1'] },
  ],
};

/** `npm run portal`. A program of its own, so it reads its arguments and its environment itself. */
if (process.argv.slice(2).some((argument) => argument === '--help' || argument === '-h')) console.log(HELP);
else await serve(Number(process.env.PORT ?? 4010));

async function serve(port: number): Promise<void> {
  const oauth = await startOauthServer({ port: port === 0 ? 0 : port + 1 });
  const portal = await startSimulatedPortal({ port, oauth, seed: SEED });
  const { url, memberId, clientId } = portal;

  console.log(`A simulated Bitrix24 portal, for tests and for trying things out. Nothing is kept when it stops.

portal         ${url}
OAuth server   ${oauth.url}
webhook        ${portal.webhookUrl()}
member id      ${memberId}
client id      ${clientId}
client secret  ${oauth.clientSecret}

Call it        curl '${portal.webhookUrl()}crm.activity.binding.list?activityId=999'
Show the CRM   curl ${url}/control/state
Show requests  curl ${url}/control/ledger
Replace data   curl -H 'content-type: application/json' -d @seed.json ${url}/control/seed
               (format: lib/simulator/crm/crm-seed.ts; /control/state prints an example)
Get a grant    curl -X POST ${url}/control/grant
               (a program that uses it needs UNBIND_ALLOW_HTTP=1 UNBIND_OAUTH_HOSTS=${oauth.url})
Move a deal    curl -H 'content-type: application/json' -d '{"do":"moveDeal","id":2,"stageId":"LOSE"}' ${url}/control/act
Cause a fault  curl -H 'content-type: application/json' -d '{"method":"batch","when":"after","kind":"close"}' ${url}/control/fault
List all       curl ${url}/control/

lib/simulator/README.md explains the rest. Stop with Ctrl+C.`);

  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  await portal.close();
  await oauth.close();
}
