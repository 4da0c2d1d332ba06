/**
 * The CRM events that the application subscribes to with `event.bind` (B§5.3), as the server spells them. A move to another
 * pipeline is an event of its own and not an update (B§2.3). Of the deletions only that of quotes is subscribed to: today
 * the code takes it that the portal cleans up the bindings of everything else at once. B§11 1 is not followed yet: any type
 * can leave bindings behind for a while (B§2.3).
 */
const CRM_EVENTS = [
  'ONCRMACTIVITYADD',
  'ONCRMACTIVITYUPDATE',
  'ONCRMLEADUPDATE',
  'ONCRMDEALUPDATE',
  'ONCRMDEALMOVETOCATEGORY',
  'ONCRMCONTACTUPDATE',
  'ONCRMCOMPANYUPDATE',
  'ONCRMQUOTEUPDATE',
  'ONCRMQUOTEDELETE',
  'ONCRMDYNAMICITEMUPDATE',
] as const;

/**
 * About the application itself: an update brings new tokens and drops the subscriptions, an uninstallation ends it (B§7).
 */
export const APP_EVENTS = ['ONAPPUPDATE', 'ONAPPUNINSTALL'] as const;

export const EVENT_NAMES: readonly string[] = [...CRM_EVENTS, ...APP_EVENTS];
