// R4's ServiceRequest has no way of contact.
Extension: ActivityContactPoint
Id: contact-point
Title: "Whom to contact"
Description: "How to reach whoever should be contacted when the activity is done."
Context: ServiceRequest
* insert Title([[Vem jag kontaktar]])
* obeys sp-way-3
* value[x] 1..1
* value[x] only ContactPoint
* valueContactPoint.extension contains ContactWay named way 0..1

Invariant: sp-way-3
Description: "The web address of whom to contact is an https address."
Severity: #error
Expression: "value.ofType(ContactPoint).where(system = 'url').value.all(startsWith('https://'))"
