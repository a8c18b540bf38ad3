export async function play(
  _root: string,
  _word: string | undefined,
  _options: { port?: number },
): Promise<number> {
  return 3
}
