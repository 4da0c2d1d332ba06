/**
 * What the `member_id` of a portal looks like. It becomes a part of a secret's name, so nothing else may pass for one
 * (D§4).
 */
export const MEMBER_ID = /^[\w.-]{1,64}$/;
