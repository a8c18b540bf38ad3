/**
 * A URL without its credentials, and a way to give them to git: in its environment, which no file
 * and no process list shows.
 */
export interface Credentials {
  url: string
  env: Readonly<Record<string, string>>
  /** A text with any of them removed, in case git repeated them. */
  scrub: (text: string) => string
}

/** Hands a name and a token to git when a server asks for them. */
const HELPER =
  '!f() { test "$1" = get && printf "username=%s\\npassword=%s\\n" "$INTAKE_USER" "$INTAKE_TOKEN"; }; f'

/** Takes the name, the token and the query out of a roster's URL. */
export function credentialsOf(given: string): Credentials {
  const url = new URL(given)
  const { username, password, search } = url
  const [user, token] = [username, password].map(decoded)
  if (!user && !token && !search) return { url: given, env: {}, scrub: (text) => text }
  url.username = ''
  url.password = ''
  const secrets = [given, username, password, user, token, search, search.slice(1)].filter(
    (each): each is string => each !== undefined && each.length >= SHORTEST,
  )
  // Longest first, as one may contain another.
  const longestFirst = [...new Set(secrets)].sort((a, b) => b.length - a.length)
  return {
    url: url.href,
    env: {
      GIT_CONFIG_COUNT: '1',
      GIT_CONFIG_KEY_0: 'credential.helper',
      GIT_CONFIG_VALUE_0: HELPER,
      INTAKE_USER: user ?? '',
      INTAKE_TOKEN: token ?? '',
    },
    scrub: (text) => longestFirst.reduce((rest, secret) => rest.replaceAll(secret, '…'), text),
  }
}

/** Shorter ones are not secrets, and occur in too many words. */
const SHORTEST = 4

function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}
