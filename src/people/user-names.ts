import { sql } from 'kysely'

/** SQL of the name of a user, in the table of users. A user without a name is `#id`. */
export const userName = sql<string>`coalesce(nullif(concat_ws(' ', first_name, last_name), ''), '#' || id)`

/** SQL of the names of all users by id, as one JSON object. */
export const userNamesById = sql`(select jsonb_object_agg(id, ${userName}) from "user")`
