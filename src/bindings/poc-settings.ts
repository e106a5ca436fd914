import { writeXml, type XmlDraft } from '#wire/mcx-xml'
import type { ProfileValues } from './profile-values.ts'

const settingsNamespace = 'urn:oma:params:xml:ns:poc:poc-settings'

const element = (name: string, content: XmlDraft['content']): XmlDraft => ({
  name,
  namespace: settingsNamespace,
  content,
})

/** Writes a poc-settings document (RFC 4354) with the answer mode of one client. */
export function writeSettings(clientId: string, values: ProfileValues): Uint8Array {
  const mode = element('am-settings', [element('answer-mode', values.answerMode)])
  return writeXml(element('poc-settings', [{ ...element('entity', [mode]), attributes: { id: clientId } }]))
}
