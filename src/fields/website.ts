/** Whether this is an address of the web: a host name, with what may come behind it, or an http(s) address. */
export function isWebsite(text: string): boolean {
  // A browser would forgive these, and the database too; what shows the address may not.
  if (/[\s\p{Cc}<>"\\]/u.test(text)) return false
  const [scheme = ''] = /^https?:\/\/(?!\/)/i.exec(text) ?? []
  const [host = ''] = /^[^/?#]*/.exec(text.slice(scheme.length)) ?? []
  const url = URL.parse(`${scheme || 'http://'}${text.slice(scheme.length)}`)
  if (!url || !host || host.includes('@')) return false
  // Of a bare word nobody can tell that it is one; a bare number such as 2.50 would be taken for the address 2.0.0.50.
  return scheme !== '' || isDomain(url.hostname, host)
}

function isDomain(hostname: string, given: string): boolean {
  return /^[^.]+(\.[^.]+)+\.?$/.test(hostname) && (!/^[\d.]+$/.test(hostname) || given.startsWith(hostname))
}
