/** Returns whether a text is a web address: a host name with an optional path, or an http(s) URL. */
export function isWebsite(text: string): boolean {
  // Browsers and the database accept these characters, but pages that show the address may break.
  if (/[\s\p{Cc}<>"\\]/u.test(text)) return false
  const [scheme = ''] = /^https?:\/\/(?!\/)/i.exec(text) ?? []
  const [host = ''] = /^[^/?#]*/.exec(text.slice(scheme.length)) ?? []
  const url = URL.parse(`${scheme || 'http://'}${text.slice(scheme.length)}`)
  if (!url || !host || host.includes('@')) return false
  // Without a scheme, require a dot; reject numbers such as 2.50, which would parse as the address 2.0.0.50.
  return scheme !== '' || isDomain(url.hostname, host)
}

function isDomain(hostname: string, given: string): boolean {
  return /^[^.]+(\.[^.]+)+\.?$/.test(hostname) && (!/^[\d.]+$/.test(hostname) || given.startsWith(hostname))
}

/** Returns a website without scheme, `www` and trailing slash, for comparison. */
export function bareUrl(text: string): string {
  return text
    .toLowerCase()
    .replace(/^[a-z]+:\/\//, '')
    .replace(/^www\./, '')
    .replace(/\/+$/, '')
}
