import { invocationOn } from '../cli/terminal/invocation.ts';
import type { Scene } from './open-scene.ts';

/** Commands that work as they are printed, while the demo serves. */
export function thingsToTry({ portal, stack, home, logFile }: Scene): string {
  const { cli } = invocationOn({ home });
  const local = `UNBIND_ALLOW_HTTP=1 UNBIND_OAUTH_HOSTS=${portal.oauth.url}`;
  const act = `curl -H 'content-type: application/json' ${portal.url}/control/act -d`;
  return `
Try, in another terminal:

  # what was done, and one more activity
  ${cli} outcomes
  ${cli} unbind --portal ${portal.memberId} --activity 1002 --element deal:2
  ${cli} portal list
  ${local} \\
    ${cli} portal check

  # make something happen in the portal: lose a deal, run a robot in a workflow
  ${act} '{"do":"moveDeal","id":1,"stageId":"LOSE"}'
  ${act} '{"do":"callRobot","element":"deal:3"}'
  curl ${portal.url}/control/ledger

  # what Bitrix24 calls: POST ${stack.url}/install, /event, /robot
  curl --data-binary @events/robot-deal.txt ${stack.url}/robot

The log of the functions: ${logFile}
Stop with Ctrl-C.`;
}
