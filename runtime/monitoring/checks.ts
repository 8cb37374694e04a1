/** Each check by its name: undefined when all is well, else what is wrong. */
export type Checks = Readonly<Record<string, string | undefined>>;

export const areWell = (checks: Checks): boolean =>
  Object.values(checks).every((problem) => problem === undefined);
