import type { Crm } from '../crm/crm-state.ts';
import type { Method } from '../method.ts';

/** app.info as the portal answers it (B§4.6); the OAuth server answers differently. */
export const appInfoMethod = (crm: Crm): Method => ({
  scope: null,
  run: (_params, caller) => {
    const { id, code, version, status, installed, languageId, license } = crm.app;
    // An inbound webhook is not an application: only its scope and the licence [I]
    if (caller.clientId === null) return { SCOPE: [...caller.scope], LICENSE: license };
    return {
      ID: id,
      CODE: code,
      VERSION: version,
      STATUS: status,
      INSTALLED: installed,
      PAYMENT_EXPIRED: 'N',
      DAYS: null,
      LANGUAGE_ID: languageId,
      LICENSE: license,
      LICENSE_PREVIOUS: '',
      LICENSE_TYPE: 'basic',
      LICENSE_FAMILY: 'basic',
    };
  },
});
