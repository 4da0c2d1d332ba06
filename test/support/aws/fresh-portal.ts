let portals = 0;

/** The name of a portal that no other test of the file has. */
export const freshPortal = () => `portal-${portals++}`;
