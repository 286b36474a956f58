CodeSystem: ContactChannel
Id: contact-channel
Title: "Channel of contact"
Description: "How the person and care meet or reach each other."
* insert Title([[Kontaktväg]])
* insert WholeSystem(contact-channel)
* insert Concept(visit, [[Besök]], [[Visit]], [[The person comes to the unit.]])
* insert Concept(home-visit, [[Hembesök]], [[Home visit]], [[Care comes to the person.]])
* insert Concept(phone, [[Telefon]], [[Telephone]], [[By telephone.]])
* insert Concept(sms, [[Sms]], [[Text message]], [[By text message to a telephone.]])
* insert Concept(email, [[E-post]], [[E-mail]], [[By e-mail.]])
* insert Concept(video, [[Videosamtal]], [[Video call]], [[By video call.]])
* insert Concept(message, [[Meddelande]], [[Message]], [[By a message in a portal.]])
* insert Concept(web-booking, [[Webbtidbok]], [[Web booking]], [[By booking a time in a portal.]])
* insert Concept(e-service, [[E-tjänst]], [[E-service]], [[By another service on the web.]])

ValueSet: ContactChannelCodes
Id: contact-channel
Title: "Channel of contact"
Description: "How the person and care meet or reach each other."
* insert Title([[Kontaktväg]])
* include codes from system ContactChannel
