import type { SystemType } from '../entities/types.ts'
import { nameOf } from '../records/api/field-properties.ts'
import { describeOperations } from '../schema/build.ts'

/** Returns the texts of the API document about the files of a type's records. */
export function attachmentTexts({ code, title, titles }: SystemType) {
  const one = title.en.toLowerCase()
  const a = `${/^[aeiou]/.test(one) ? 'an' : 'a'} ${one}`
  const [name, say] = [nameOf(code), describeOperations(titles.en)]
  return {
    list: say(
      `list${name}Files`,
      `List the files of ${a}`,
      `Returns a page of the files that are attached to the ${one}, the latest first. Files in its fields are part of the ${one} itself.`,
    ),
    attach: say(
      `attach${name}Files`,
      `Attach files to ${a}`,
      `Attaches uploaded files that the caller may read, or uploads the file of a form and attaches it. The ${one} gets a new version. A file that is attached already stays as it is. Everybody who may read the ${one} may read its files.`,
    ),
    detach: say(
      `detach${name}File`,
      `Detach a file from ${a}`,
      `Detaches a file from the ${one}, which gets a new version. The file itself is deleted a day after nothing refers to it any more.`,
    ),
  }
}
