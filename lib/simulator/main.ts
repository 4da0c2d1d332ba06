import { once } from 'node:events';
import { startOauthServer } from './oauth-server.ts';
import { startSimulatedPortal } from './simulated-portal.ts';

/** A portal to play with: `npm run portal`. A program of its own, so the environment is read here. */
const port = Number(process.env.PORT ?? 4010);

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

const oauth = await startOauthServer({ port: port === 0 ? 0 : port + 1 });
const portal = await startSimulatedPortal({ port, oauth, seed: SEED });
const { url, memberId, clientId } = portal;

console.log(`A simulated Bitrix24 portal, for tests and trials. Everything in it is gone when it stops.

portal         ${url}
OAuth server   ${oauth.url}
webhook        ${portal.webhookUrl()}
member id      ${memberId}
client id      ${clientId}
client secret  ${oauth.clientSecret}

Call it        curl '${portal.webhookUrl()}crm.activity.binding.list?activityId=999'
Look inside    curl ${url}/control/state
What happened  curl ${url}/control/ledger
Seed it        curl -H 'content-type: application/json' -d @seed.json ${url}/control/seed
               (the format is described in lib/simulator/crm/crm-seed.ts; /control/state shows an example)
Get a grant    curl -X POST ${url}/control/grant
               (what calls this portal needs UNBIND_ALLOW_HTTP=1 UNBIND_OAUTH_HOSTS=${oauth.url})
Do something   curl -H 'content-type: application/json' -d '{"do":"moveDeal","id":2,"stageId":"LOSE"}' ${url}/control/act
Break it       curl -H 'content-type: application/json' -d '{"method":"batch","when":"after","kind":"close"}' ${url}/control/fault
All orders     curl ${url}/control/

Stop with Ctrl+C.`);

await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
await portal.close();
await oauth.close();
