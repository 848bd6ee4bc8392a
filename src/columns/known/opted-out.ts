/** Whoever does not want e-mails does not participate in exports, which go to mailing programs. */
export const optedOut = { 0: 'true', 1: 'false', false: 'true', true: 'false', no: 'true', yes: 'false' }
