/** The fields that a mask asks for, besides `always`; all of them without one. */
export function applyMask<M extends object>(
  message: M,
  mask: object | null,
  always: keyof M,
): Partial<M> {
  if (mask === null) return message;
  const wanted = mask as Readonly<Record<string, boolean>>;
  const fields = Object.entries(message).filter(
    ([field]) => field === always || wanted[field] === true,
  );
  return Object.fromEntries(fields) as Partial<M>;
}
