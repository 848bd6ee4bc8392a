import { typingErrors } from '../../names/edits.ts'

/** An e-mail address in the forms that are compared. */
export interface Email {
  /** In lower case, without dots and plus tags. */
  mailbox: string
  local: string
  host: string
  /** Whether the people of a company share it, such as info@ or sales@. */
  isRole: boolean
}

const roles = new Set(
  [
    'info office sales mail contact contacts support help admin post inbox hello team service secretary reception',
    'noreply order orders shop manager director marketing pr press billing accounts accounting hr job jobs career',
    'zakaz zakupki buh buhgalter priem kadry otdel sekretar dostavka',
  ].flatMap((line) => line.split(' ')),
)

/** Returns an e-mail address in the forms that are compared. */
export function parseEmail(text: string): Email | undefined {
  const lower = text.trim().toLowerCase()
  const at = lower.lastIndexOf('@')
  if (at < 1) return undefined
  const local = lower.slice(0, at).replace(/\+.*/, '').replaceAll(/[._-]/g, '')
  const host = lower.slice(at + 1).replace(/\.+$/, '')
  if (!local || !host) return undefined
  return { mailbox: `${local}@${host}`, local, host, isRole: roles.has(local) }
}

/** Returns whether two addresses differ by a typing error. Other digits are none: ivan1 and ivan2 are two people. */
export function isMistyped(a: Email, b: Email): boolean {
  const length = Math.min(a.mailbox.length, b.mailbox.length)
  if (length < 8 || Math.abs(a.mailbox.length - b.mailbox.length) > 2 || a.isRole || b.isRole) return false
  const most = length >= 14 ? 2 : 1
  if (typingErrors(a.mailbox, b.mailbox, most) > most) return false
  const [x, y] = [digitsOf(a.local), digitsOf(b.local)]
  return x === y || x.length !== y.length || [...x].sort().join() === [...y].sort().join()
}

const digitsOf = (text: string) => text.replaceAll(/\D/g, '')
