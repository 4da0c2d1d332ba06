/**
 * Bytes that a job may take, above all its task and its checkpoint, and that the jobs of one intent may take together. On AWS
 * an item and its entry in the local index of due jobs, which is a copy of it, share 400 KB; what is left is for the names of
 * attributes and for events that come later.
 */
export const MOST_JOB_BYTES = 180 * 1024;
