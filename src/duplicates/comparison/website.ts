/** Hosts with pages of many owners. */
const shared = new Set(
  'facebook.com vk.com instagram.com linkedin.com youtube.com twitter.com x.com t.me ok.ru wa.me linktr.ee'.split(' '),
)

/** Returns the host of a web address, with the path if the host has pages of many owners. */
export function hostOf(text: string): string | undefined {
  const lower = text
    .trim()
    .toLowerCase()
    .replace(/^[a-z]+:\/\//, '')
    .replace(/^www\./, '')
  const host = lower.replace(/[/?#:].*/, '')
  if (!host.includes('.')) return undefined
  return shared.has(host) ? lower.replace(/[/?#]+$/, '') : host
}
