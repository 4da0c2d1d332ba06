/**
 * What the application subscribes to with `event.bind` (B§5.3), in the spelling of the server. Deleted activities and elements
 * are left out: the portal cleans up their bindings itself, but for quotes (B§2.3). A move to another pipeline is an event of
 * its own, and no update (B§2.3).
 */
export const CRM_EVENTS = [
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

/** The application's own life: an update brings a new token and drops the subscriptions, an uninstallation ends it (B§7). */
export const APP_EVENTS = ['ONAPPUPDATE', 'ONAPPUNINSTALL'] as const;

export const EVENT_NAMES: readonly string[] = [...CRM_EVENTS, ...APP_EVENTS];
