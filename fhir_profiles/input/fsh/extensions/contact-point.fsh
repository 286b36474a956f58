// R4's ServiceRequest has no way of contact.
Extension: ActivityContactPoint
Id: contact-point
Title: "Whom to contact"
Description: "How to reach whoever should be contacted when the activity is done."
Context: ServiceRequest
* insert Title([[Vem jag kontaktar]])
* value[x] 1..1
* value[x] only ContactPoint
* valueContactPoint.extension contains ContactWay named way 0..1
