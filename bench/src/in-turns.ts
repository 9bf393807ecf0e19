/** Does something for each number below `many`, so many of them at a time: when one is done, the next begins. */
export async function inTurns(
  many: number,
  atOnce: number,
  one: (nth: number) => Promise<unknown>,
): Promise<void> {
  let next = 0
  const worker = async () => {
    while (next < many) await one(next++)
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
}
