/**
 * Bytes that a job may take: its task and its checkpoint, above all. As many may the jobs of one intent take together. On AWS an item and its entry in the local index of due jobs
 * share 400 KB, and the entry is a copy of the item; the rest is for attribute names and for events that come later.
 */
export const MOST_JOB_BYTES = 180 * 1024;
