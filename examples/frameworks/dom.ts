import { JSDOM } from 'jsdom'

const { window } = new JSDOM('<!doctype html><body></body>', { url: 'http://localhost/' })
const missing = Object.getOwnPropertyNames(window).filter((name) => !(name in globalThis))
for (const name of missing) Object.defineProperty(globalThis, name, { value: window[name], configurable: true })
Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true })
