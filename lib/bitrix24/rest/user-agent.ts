/** B§1.1: a real name and version; empty or technical agents can be mishandled on the way. */
export const USER_AGENT = 'bitrix24-activity-unbind/0.1';
