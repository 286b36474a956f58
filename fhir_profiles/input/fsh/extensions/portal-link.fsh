// R4 has no link for the person in an Appointment or a CarePlan.
Extension: PortalLink
Id: portal-link
Title: "Link to a portal"
Description: "Where the person reads more about this, or does something about it."
Context: Appointment, CarePlan
* insert Title([[Länk till portal]])
* obeys sp-link-1
* value[x] 1..1
* value[x] only url

Invariant: sp-link-1
Description: "A link to a portal is an https address."
Severity: #error
Expression: "value.startsWith('https://')"
