import type { SystemType } from '../../entities/types.ts'
import { describeOperations } from '../../schema/build.ts'

/** Returns the texts of the API document about the duplicates of a type's records. */
export function duplicateDocs(type: SystemType) {
  const many = type.titles.en.toLowerCase()
  const one = type.title.en.toLowerCase()
  const a = `${/^[aeiou]/.test(one) ? 'an' : 'a'} ${one}`
  const [single, plural] = [capital(type.code), capital(type.plural)]
  const say = describeOperations(type.titles.en)
  const only = 'Records that the caller may not read and fields that the caller does not see play no part.'
  return {
    check: say(
      `check${single}Duplicates`,
      `Find duplicates of ${a}`,
      `Returns the ${many} that are like the given one, with the reasons: ${a} that is not saved yet, or one with an id. Names match in any order, alphabet and form, and with typing errors. ${only}`,
    ),
    list: say(
      `list${single}Duplicates`,
      `List duplicates of ${a}`,
      `Returns the ${many} that are like the one with the id, with the reasons. ${only}`,
    ),
    settings: say(
      `get${plural}DuplicateSettings`,
      `Read the settings for duplicates of ${many}`,
      `Returns which fields are compared besides the usual ones, and how often all ${many} are searched. Requires an administrator.`,
    ),
    replaceSettings: say(
      `replace${plural}DuplicateSettings`,
      `Replace the settings for duplicates of ${many}`,
      `Sets which fields are compared besides the usual ones, and how often all ${many} are searched. A user field that is deleted leaves the settings. Requires an administrator.`,
    ),
    scan: say(
      `scan${plural}Duplicates`,
      `Search all ${many} for duplicates`,
      `Starts a job that searches all ${many} for duplicates, and returns the job. After the first scan only the ${many} that have changed since are compared. \`full=true\` compares all again. Requires an administrator.`,
    ),
    groups: say(
      `list${plural}DuplicateGroups`,
      `List groups of duplicate ${many}`,
      `Returns the groups of ${many} that the last scan has found: those that are open, or with \`status=dismissed\` the dismissed ones. ${only}`,
    ),
    group: say(
      `get${plural}DuplicateGroup`,
      `Read a group of duplicate ${many}`,
      `Returns a group of ${many} that are probably one. The id of a group is the smallest id of its members. A dismissed group is returned if no open one has the id.`,
    ),
    merge: say(
      `merge${plural}DuplicateGroup`,
      `Merge a group of duplicate ${many}`,
      `Merges the ${many} of a group into one, as \`POST ${type.path}/merge\` does, with the same rights. With \`dryRun=true\` nothing is saved.`,
    ),
    reopen: say(
      `reopen${plural}DuplicateGroup`,
      `Reopen a dismissed group of duplicate ${many}`,
      `Takes back that the ${many} of a group are no duplicates. The group is shown again.`,
    ),
    dismiss: say(
      `dismiss${plural}DuplicateGroup`,
      `Dismiss a group of duplicate ${many}`,
      `Records that the ${many} of a group are no duplicates. The group is not shown again until a compared field of one of them changes.`,
    ),
  }
}

function capital(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1)
}
