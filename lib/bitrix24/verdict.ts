/** What to do about a Bitrix24 error code. A code that is not listed is not ours to repeat. */
export type Verdict = 'retry' | 'rest_method' | 'refresh_token' | 'already_done' | 'refuse' | 'stop_portal';
