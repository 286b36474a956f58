// R4's ContactPoint has no channel but its system, no name and no hours.
Extension: ContactWay
Id: contact-way
Title: "Way of contact"
Description: "What kind of contact a number or an address gives, with whom, when it answers, and where to begin."
Context: ContactPoint
* insert Title([[Kontaktväg]])
* obeys sp-way-1
* extension contains
    channel 1..1 and
    name 0..1 and
    hours 0..1 and
    link 0..1
* extension[channel] ^short = "Channel of contact"
* extension[channel] ^definition = "How the contact is made."
* extension[channel].value[x] 1..1
* extension[channel].value[x] only code
* extension[channel].value[x] from ContactChannelCodes (required)
* extension[name] ^short = "Who answers"
* extension[name] ^definition = "Who or what answers there, in the person's language."
* extension[name].value[x] 1..1
* extension[name].value[x] only string
* extension[hours] ^short = "When it answers"
* extension[hours] ^definition = "The hours at which it answers, in the person's language."
* extension[hours].value[x] 1..1
* extension[hours].value[x] only string
* extension[link] ^short = "Deep link"
* extension[link] ^definition = "The address at which this very contact begins, such as a form or a booking."
* extension[link].value[x] 1..1
* extension[link].value[x] only url

Invariant: sp-way-1
Description: "A deep link is an https address."
Severity: #error
Expression: "extension.where(url = 'link').value.all(startsWith('https://'))"
