/** What a person can do about a command that was refused or failed, by Bitrix24's code or ours (D§3, B§2.1). */
const ABOUT_COMMAND: { readonly [code: string]: string } = {
  LAST_BINDING_CANNOT_BE_DELETED:
    'this is the only binding of the activity, and Bitrix24 keeps the last one: bind the activity to another element first, or delete it in the portal',
  ACCESS_DENIED:
    'the user of the grant may not edit this element: give that user the right, or add the portal with the grant of another user',
  NOT_FOUND: 'there is no activity with this id in the portal',
  OWNER_NOT_FOUND: 'the portal does not find the owner of the activity: look at the activity there',
  '100': 'Bitrix24 did not accept the ids: check the activity and the element',
  ERROR_ARGUMENT: 'Bitrix24 did not accept the ids: check the activity and the element',
  '0': 'Bitrix24 could not store the change and gave no reason: try to do it in the portal to see more',
  UNREACHABLE: 'the portal could not be reached: run "portal check", then repeat the command',
  NO_ANSWER: 'the portal did not answer: run "portal check", then repeat the command',
  NOT_CONFIRMED: 'the portal did not confirm the change: look at the bindings there, then repeat the command',
  INTERNAL_ERROR: 'the job could not be planned: the log of the stack says why',
};

/** Bitrix24 sends nothing twice (B§5.1). */
const EVENTS_MISSED = 'events may be missing since then: what they would have brought, "cleanup sweep" finds';

/** What a person can do about a portal that cannot be served (B§8.4, B§4.3). */
const ABOUT_PORTAL: { readonly [code: string]: string } = {
  GRANT_MISSING: 'there is no grant for the portal: run "portal add"',
  GRANT_DEAD: 'the portal does not accept the grant any more: install the application again, or run "portal add"',
  APP_CREDENTIALS_MISSING: 'the client id and secret of the application are not known: run "app set"',
  INVALID_CLIENT: 'the OAuth server does not know the client id and secret: run "app set" with the right ones',
  WRONG_CLIENT: 'the grant belongs to another application: run "app set", or install the application again',
  PORTAL_MOVED:
    'the portal was renamed: run "portal add" with its new address (that of a webhook can be copied in the portal)',
  UNREACHABLE: 'no answer; try again in a minute',
  NO_ANSWER: 'no answer; try again in a minute',
  MEMBER_ID_MISMATCH: 'the installation was made up: its tokens belong to another portal, and it was thrown away',
  INVALID_GRANT: 'the tokens of the installation are no good any more: install the application again',
  ENDPOINT_REFUSED: 'the address of the portal is not allowed: it must be https with a DNS name; run "portal add"',
  OAUTH_HOST_REFUSED: 'the OAuth server of the grant is not one that may be called',
  NO_AUTH_FOUND: 'the portal does not accept the grant: run "portal add" with a new one',
  INVALID_CREDENTIALS: 'the webhook was deleted, or its user was: run "portal add" with a new one',
  AUTHORIZATION_ERROR: `the user of the grant was dismissed or blocked: run "portal add" with the grant of another user, then "portal check"; ${EVENTS_MISSED}`,
  APPLICATION_NOT_FOUND: `the application was removed from the portal: install it again; ${EVENTS_MISSED}`,
  APPLICATION_UNINSTALLED: `the application was removed from the portal: install it again, or forget the portal with "portal remove"; ${EVENTS_MISSED}`,
  NOT_INSTALLED: `the application was removed from the portal: install it again; ${EVENTS_MISSED}`,
  ERROR_OAUTH: `the application is not installed on the portal: install it again; ${EVENTS_MISSED}`,
  INSUFFICIENT_SCOPE: 'the grant lacks a scope: crm is needed, and bizproc for robots',
  USER_ACCESS_ERROR: 'the user of the grant may not use the application: an administrator of the portal can allow it',
  ALLOWED_ONLY_INTRANET_USER: 'the user of the grant is an extranet user: use the grant of an employee',
  ACCESS_DENIED: "the portal's plan does not include REST, or the user of the grant is no administrator",
  PAYMENT_REQUIRED: 'the subscription of the portal has ended',
  WRONG_LICENSE: "the portal's plan does not include this feature",
  OVERLOAD_LIMIT: "Bitrix24 has blocked the application on this portal: only Bitrix24's support lifts that",
  METHOD_CONFIRM_WAITING: 'an administrator of the portal has to confirm the call there',
  METHOD_CONFIRM_DENIED: 'an administrator of the portal has denied the call',
  PORTAL_DELETED: 'the portal was deleted',
};

export const commandAdvice = (code: string | null): string | null =>
  code === null ? null : (ABOUT_COMMAND[code.toUpperCase()] ?? ABOUT_PORTAL[code.toUpperCase()] ?? null);

export const portalAdvice = (code: string): string =>
  ABOUT_PORTAL[code.toUpperCase()] ?? 'look the code up in the documentation of Bitrix24, then run "portal check"';
