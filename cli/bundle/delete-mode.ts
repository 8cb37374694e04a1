/** What becomes of entries that federate with a trust domain whose bundle is deleted, the first unless told otherwise. */
export const DELETE_MODES = ['restrict', 'delete', 'dissociate'] as const;

export type DeleteMode = (typeof DELETE_MODES)[number];
