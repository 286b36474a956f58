// Inera's kv_typ_av_fast_kontakt: the code system is theirs.
ValueSet: PermanentContactCodes
Id: permanent-contact
Title: "Type of permanent contact"
Description: "Which permanent contact somebody is, by Inera's code list kv_typ_av_fast_kontakt."
* insert Title([[Typ av fast kontakt]])
* $permanentcontact#1 "fast vårdkontakt"
* $permanentcontact#2 "fast läkarkontakt i primärvård"
* $permanentcontact#3 "fast omsorgskontakt i hemtjänsten"
* $permanentcontact#4 "fast vårdkontakt med övergripande samordningsansvar"
