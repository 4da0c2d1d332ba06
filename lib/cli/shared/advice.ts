import type { Out } from '../terminal/output.ts';

// In an advice, a command in backquotes is printed whole, so that it can be copied; PORTAL is the portal in question.

const ADD = '`portal add --webhook URL --member-id PORTAL`';
const CHECK = '`portal check --portal PORTAL`';
export const APP_SET = 'app set --client-id CLIENT_ID --client-secret-stdin < FILE';

/** What a person can do about a command that was refused or failed, by Bitrix24's code or ours (D§3, B§2.1). */
const ABOUT_COMMAND: { readonly [code: string]: string } = {
  LAST_BINDING_CANNOT_BE_DELETED:
    'this is the only binding of the activity, and Bitrix24 keeps the last one: bind the activity to another element first, or delete it in the portal',
  ACCESS_DENIED:
    'the user of the grant may not edit this element: give that user the right, or add the portal with the grant of another user',
  NOT_FOUND: 'there is no activity with this id in the portal',
  OWNER_NOT_FOUND: 'the portal cannot find the owner of the activity: look at the activity there',
  '100': 'Bitrix24 did not accept the ids: check the activity and the element',
  ERROR_ARGUMENT: 'Bitrix24 did not accept the ids: check the activity and the element',
  '0': 'Bitrix24 could not save the change and gave no reason: try it in the portal, which may show more',
  UNREACHABLE: `the portal could not be reached: run ${CHECK}, then try again`,
  NO_ANSWER: `the portal did not answer: run ${CHECK}, then try again`,
  UNREADABLE_ANSWER: `the portal answered something that is not JSON of Bitrix24: run ${CHECK}, then try again`,
  NOT_CONFIRMED: 'the portal did not confirm the change: look at the bindings there, then try again',
  INTERNAL_ERROR: 'the job could not be planned: the log of the stack says why',
};

/** Bitrix24 sends nothing twice (B§5.1). */
const EVENTS_MISSED =
  'events may have been missed since then: `cleanup sweep --portal PORTAL` finds what they would have triggered';

/** What a person can do about a portal that cannot be served (B§8.4, B§4.3). */
const ABOUT_PORTAL: { readonly [code: string]: string } = {
  GRANT_MISSING: `there is no grant for the portal: run ${ADD}`,
  GRANT_DEAD: `the portal no longer accepts the grant: install the application again, or run ${ADD}`,
  GRANT_UNREADABLE: `the secret of the grant is not what this program has stored, as after an edit by hand: restore its previous version in AWS Secrets Manager, or run ${ADD}, then ${CHECK}`,
  APP_CREDENTIALS_MISSING: `the client id and secret of the application are not known: run \`${APP_SET}\``,
  INVALID_CLIENT: `the OAuth server does not know the client id and secret: run \`${APP_SET}\` with the right ones`,
  WRONG_CLIENT: `the grant belongs to another application: run \`${APP_SET}\`, or install the application again`,
  PORTAL_MOVED: `the portal was renamed: run ${ADD} with its new address (copy a webhook's address from the portal)`,
  UNREACHABLE: 'no answer; try again in a minute',
  NO_ANSWER: 'no answer; try again in a minute',
  UNREADABLE_ANSWER:
    'the portal answers something that is not JSON of Bitrix24: a page of a proxy or a firewall, or, on a server of its own, a warning of PHP before the JSON; its administrator can see it by opening the address',
  REST_UNAVAILABLE:
    'the portal leads to a page of its own instead of answering: its licence may have ended, or it asks for a login; its administrator sees why when opening it',
  REFRESH_PENDING:
    'the OAuth server does not answer at the moment, and the token has expired: it is tried again by itself',
  MEMBER_ID_MISMATCH: 'the installation was forged: its tokens belong to another portal, and it was discarded',
  INVALID_GRANT: 'the tokens of the installation are no longer valid: install the application again',
  ENDPOINT_REFUSED: `the address of the portal is not allowed: it must be https with a DNS name; run ${ADD}`,
  OAUTH_HOST_REFUSED: 'the OAuth server of the grant is not one that may be called',
  NO_AUTH_FOUND: `the portal does not accept the grant: run ${ADD} with a new one`,
  INVALID_CREDENTIALS: `the webhook was deleted, or its user was: run ${ADD} with a new one`,
  AUTHORIZATION_ERROR: `the user of the grant was dismissed or blocked: run ${ADD} with the grant of another user, then ${CHECK}; ${EVENTS_MISSED}`,
  APPLICATION_NOT_FOUND: `the application was removed from the portal: install it again; ${EVENTS_MISSED}`,
  APPLICATION_UNINSTALLED: `the application was removed from the portal: install it again, or forget the portal with \`portal remove --portal PORTAL\`; ${EVENTS_MISSED}`,
  NOT_INSTALLED: `the application was removed from the portal: install it again; ${EVENTS_MISSED}`,
  ERROR_OAUTH: `the application is not installed on the portal: install it again; ${EVENTS_MISSED}`,
  INSUFFICIENT_SCOPE: 'the grant lacks a scope: crm is needed, and bizproc for robots',
  USER_ACCESS_ERROR: 'the user of the grant may not use the application: an administrator of the portal can allow it',
  ALLOWED_ONLY_INTRANET_USER: 'the user of the grant is an extranet user: use the grant of an employee',
  ACCESS_DENIED: "the portal's subscription does not include REST, or the user of the grant is not an administrator",
  PAYMENT_REQUIRED: 'the subscription of the portal has ended',
  WRONG_LICENSE: "the portal's subscription does not include this feature",
  OVERLOAD_LIMIT: "Bitrix24 has blocked the application on this portal: only Bitrix24's support can lift the block",
  METHOD_CONFIRM_WAITING: 'an administrator of the portal has to confirm the call there',
  METHOD_CONFIRM_DENIED: 'an administrator of the portal has denied the call',
  PORTAL_DELETED: 'the portal was deleted',
};

/** What a person can do about something that Bitrix24 did not let us read, by its code (B§2.1, B§8.4). */
const ABOUT_READING: { readonly [code: string]: string } = {
  ACCESS_DENIED:
    'the user of the grant may not read it: give that user the right, or add the portal with the grant of another user',
  NOT_FOUND: 'a rule is about a type of element that the portal does not have: look at `rules list --portal PORTAL`',
};

type Commands = Pick<Out, 'command'>;

export function commandAdvice(code: string | null, portal: string, out: Commands): string | null {
  const advice = code === null ? null : (adviceIn(ABOUT_COMMAND, code) ?? adviceIn(ABOUT_PORTAL, code));
  return advice === null ? null : withCommands(advice, portal, out);
}

export function portalAdvice(code: string, portal: string, out: Commands): string {
  const advice = adviceIn(ABOUT_PORTAL, code) ?? `look up the code in the documentation of Bitrix24, then run ${CHECK}`;
  return withCommands(advice, portal, out);
}

/** `ACCESS_DENIED: the user of the grant may not …` */
export function unreadableText(code: string | null, portal: string, out: Commands): string {
  const name = code === null || code === '' ? 'an error without a code' : code;
  const advice = adviceIn(ABOUT_READING, name) ?? `Bitrix24 gives no reason; ${CHECK} shows whether the portal answers`;
  return `${name}: ${withCommands(advice, portal, out)}`;
}

const adviceIn = (table: { readonly [code: string]: string }, code: string): string | null =>
  table[code.toUpperCase()] ?? null;

const withCommands = (advice: string, portal: string, { command }: Commands): string =>
  advice.replace(/`([^`]+)`/g, (_, text: string) => `"${command(text.replace('PORTAL', () => portal))}"`);
